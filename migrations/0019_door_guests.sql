-- Whether a pass lets its door look for guests by name and keep the list of them, and the language of its page; NULL leaves it to the device.
ALTER TABLE doors ADD COLUMN guest_list BOOLEAN NOT NULL DEFAULT FALSE, ADD COLUMN locale VARCHAR(35);
