-- How often an event has changed since it was registered: calendars take an entry for newer by it. `updated_at` is when it last did. The API's role
-- reads and writes it like every column of the table; the renderer does not need it.
ALTER TABLE events ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
