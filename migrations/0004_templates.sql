-- What a version of a template consists of besides its source, and what its check found. `trial` is null where nothing was printed on trial:
-- the first chunk then finds out whether its tickets look the same together as alone.
ALTER TABLE templates
    ADD COLUMN labels JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN sample JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN sheet JSONB,
    ADD COLUMN problems JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN trial JSONB,
    ADD COLUMN content_hash VARCHAR;

-- Ids below 1000 are for the built-in templates.
CREATE SEQUENCE template_ids;
SELECT setval('template_ids', (SELECT GREATEST(1000, MAX(id) + 1) FROM templates), FALSE);

-- Logos, backgrounds and fonts, each kept once under the SHA-256 of its content, since versions mostly share them.
CREATE TABLE template_assets (
    content_hash VARCHAR PRIMARY KEY,
    type VARCHAR NOT NULL,
    content BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

CREATE TABLE template_version_assets (
    template_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL REFERENCES template_assets (content_hash),
    PRIMARY KEY (template_id, version, name),
    FOREIGN KEY (template_id, version) REFERENCES templates (id, version)
);

-- An archived template takes no new tickets; those that it made can be printed again.
CREATE TABLE archived_templates (
    template_id BIGINT PRIMARY KEY,
    archived_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

-- Renderers read what they print with, and the API's functions change no version.
GRANT SELECT ON templates, template_assets, template_version_assets, archived_templates TO ticket_renderer;
GRANT SELECT (template_id, template_version, created_at) ON generated_tickets TO ticket_renderer;
GRANT SELECT, INSERT ON template_assets, template_version_assets TO ticket_api;
GRANT SELECT, INSERT, DELETE ON archived_templates TO ticket_api;
GRANT USAGE ON SEQUENCE template_ids TO ticket_api;
REVOKE UPDATE, DELETE ON template_assets, template_version_assets FROM ticket_api;
