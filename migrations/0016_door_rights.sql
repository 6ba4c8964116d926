-- Which door checked a ticket in, so that a door takes back only its own entries. Null where Core did it, and for entries of before.
ALTER TABLE generated_tickets ADD COLUMN checked_in_door_id BIGINT;

-- Until when a door's calls so far would last at the rate that a pass allows; a pass is refused while that is too far ahead.
ALTER TABLE doors ADD COLUMN calls_until TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT '1970-01-01 00:00:00+00';
