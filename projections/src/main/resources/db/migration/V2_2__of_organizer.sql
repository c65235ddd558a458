-- What an organizer has made.
CREATE INDEX show_organizer ON view.show (organizer_id);
CREATE INDEX venue_organizer ON view.venue (organizer_id);
CREATE INDEX performer_organizer ON view.performer (organizer_id);
