-- The words of guests as before, in a third of the time: PostgreSQL plans and starts a function of SQL anew for each row, and keeps that of PL/pgSQL.
-- Words stay the same, so the index of them stays valid.
CREATE OR REPLACE FUNCTION fold_text(value TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF value COLLATE "pg_c_utf8" ~ '^[ -~]*$' THEN
        RETURN LOWER(value COLLATE "pg_c_utf8");
    END IF;
    RETURN TRANSLATE(REPLACE(REPLACE(REPLACE(REPLACE(REGEXP_REPLACE(LOWER(NORMALIZE(value, NFKD) COLLATE "pg_c_utf8"),
        '[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0640\u064B-\u065F\u0670\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]', '', 'g'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'øđðħłıς', 'oddhliσ');
END $$;

CREATE OR REPLACE FUNCTION guest_words(event_id BIGINT, first_name TEXT, last_name TEXT, email TEXT, data JSONB) RETURNS TSVECTOR
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    piece TEXT;
    parts TEXT[];
    word TEXT;
    words TEXT[] := '{}';
BEGIN
    FOREACH piece IN ARRAY REGEXP_SPLIT_TO_ARRAY(
        CONCAT_WS(' ', first_name, last_name, email, data ->> 'order', data ->> 'orderId', data ->> 'orderNumber'), '[ \u3000]+') LOOP
        parts := REGEXP_SPLIT_TO_ARRAY(public.fold_text(piece),
            '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7\u2000-\u206F\u3000-\u303F\u30FB\u05BE\u05F3\u05F4\uFE00-\uFE0F]+');
        FOREACH word IN ARRAY ARRAY_TO_STRING(parts, '') || parts LOOP
            IF word <> '' THEN
                words := words || (event_id || '/' || LEFT(word, 64));
            END IF;
        END LOOP;
    END LOOP;
    RETURN ARRAY_TO_TSVECTOR(words);
END $$;
