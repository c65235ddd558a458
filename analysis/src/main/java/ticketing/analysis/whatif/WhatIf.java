package ticketing.analysis.whatif;

import java.util.List;
import java.util.Map;
import ticketing.analysis.whatif.Recording.Recorded;
import ticketing.messages.Event;

/** A recorded sale, to be run again as often as wanted. Running is pure: it depends on the recording and the rules alone. */
public final class WhatIf {

    private final Recording recording;
    private final Script script;
    private final List<Event> real;

    public WhatIf(Recording recording) {
        this.recording = recording;
        this.script = Script.of(recording);
        this.real = recording.events().stream().map(Recorded::event).toList();
    }

    /**
     * How well the sale is understood: run again under unchanged rules, every event has to be the recorded one.
     *
     * @param events of the recording
     * @param same how many events are the recorded ones, in the recorded order, before the first that is not
     */
    public record Fidelity(int events, int same) {

        /** Whether everything happened again exactly. */
        public boolean isExact() {
            return events == same;
        }
    }

    /** Runs it again under unchanged rules and compares event by event. */
    public Fidelity fidelity() {
        List<Event> again = new Rerun(recording.showId(), script, Rules.UNCHANGED).run();
        int same = 0;
        while (same < real.size() && same < again.size() && real.get(same).equals(again.get(same))) {
            same++;
        }
        return new Fidelity(Math.max(real.size(), again.size()), same);
    }

    /** What really became of it. */
    public Outcome reality() {
        return Outcome.of(real, Map.of());
    }

    /** What would have become of it. */
    public Outcome under(Rules rules) {
        Rerun rerun = new Rerun(recording.showId(), script, rules);
        return Outcome.of(rerun.run(), rerun.refusals());
    }
}
