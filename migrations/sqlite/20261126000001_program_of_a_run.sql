-- The program that made a run's rows: its text, what it was granted, the queries that it made, what it used up. As JSON.
ALTER TABLE runs ADD COLUMN program TEXT;
