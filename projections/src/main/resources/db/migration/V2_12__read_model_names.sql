-- Which read models there are, as the processes that fill them say, and how often the tables of each have been exchanged for new ones: who answers from what was
-- made of the tables has to know it, whoever exchanged them.
CREATE TABLE view.read_model (
    name  text PRIMARY KEY,
    swaps bigint NOT NULL DEFAULT 0
);
