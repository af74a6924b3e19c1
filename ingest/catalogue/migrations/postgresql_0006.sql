-- The tables as migration 0006 left them, for a new PostgreSQL database. Made once: a change needs a migration.
-- Text is compared by its bytes, as SQLite does. Addresses have hash indexes: a B-tree takes no more than 2.7 kB.

CREATE TABLE articles (
    id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C",
    version INTEGER NOT NULL,
    first_fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    source_id INTEGER,
    twins TEXT COLLATE "C",
    characters INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (key)
);
CREATE INDEX ix_articles_effective_at ON articles (effective_at);
CREATE INDEX ix_articles_source_id ON articles (source_id);
CREATE INDEX ix_articles_twins ON articles (twins);
CREATE INDEX ix_articles_url ON articles USING hash (url);

CREATE TABLE facts (
    name TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE forgotten (
    key TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (key)
);

CREATE TABLE leases (
    name TEXT COLLATE "C" NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    process JSON NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (name)
);
CREATE INDEX ix_leases_token ON leases (token);

CREATE TABLE pinned_versions (
    pinned_by TEXT COLLATE "C" NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (pinned_by, article_id, version)
);
CREATE INDEX ix_pinned_versions_version ON pinned_versions (article_id, version);

CREATE TABLE sources (
    id BIGSERIAL NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    given JSON NOT NULL,
    enabled BOOLEAN NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    etag TEXT COLLATE "C",
    last_modified TEXT COLLATE "C",
    content_sha256 TEXT COLLATE "C",
    checked_at TIMESTAMP WITH TIME ZONE,
    succeeded_at TIMESTAMP WITH TIME ZONE,
    new_item_at TIMESTAMP WITH TIME ZONE,
    usual_gap_s INTEGER,
    failures INTEGER NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    failure_kind TEXT COLLATE "C",
    failure_why TEXT COLLATE "C",
    unseen_since TIMESTAMP WITH TIME ZONE,
    retry_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (address)
);
CREATE INDEX ix_sources_due_at ON sources (due_at);

CREATE TABLE stale_vectors (
    chunk_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (chunk_id)
);

CREATE TABLE terms (
    term TEXT COLLATE "C" NOT NULL,
    chunks INTEGER NOT NULL,
    PRIMARY KEY (term)
);

CREATE TABLE alarms (
    id BIGSERIAL NOT NULL,
    source_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    failure_kind TEXT COLLATE "C",
    detail TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source_id, kind, since),
    FOREIGN KEY(source_id) REFERENCES sources (id) ON DELETE CASCADE
);

CREATE TABLE article_versions (
    article_id TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C",
    published_at TIMESTAMP WITH TIME ZONE,
    updated_at TIMESTAMP WITH TIME ZONE,
    fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    language TEXT COLLATE "C",
    text TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id, version),
    FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);

CREATE TABLE chunks (
    row BIGSERIAL NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    n INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    sentences BYTEA NOT NULL,
    heading TEXT COLLATE "C" NOT NULL,
    terms TEXT COLLATE "C" NOT NULL,
    length INTEGER NOT NULL,
    indexed_in TEXT COLLATE "C",
    PRIMARY KEY (row),
    UNIQUE (article_id, version, n),
    UNIQUE (id),
    FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX ix_chunks_indexed_in ON chunks (indexed_in);

CREATE TABLE further_addresses (
    key TEXT COLLATE "C" NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C",
    PRIMARY KEY (key),
    FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX ix_further_addresses_article_id ON further_addresses (article_id);
CREATE INDEX ix_further_addresses_url ON further_addresses USING hash (url);

CREATE TABLE items (
    source_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C",
    title TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    article_id TEXT COLLATE "C",
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER NOT NULL,
    retry_at TIMESTAMP WITH TIME ZONE,
    digest TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source_id, key),
    FOREIGN KEY(source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX ix_items_article_id ON items (article_id);
CREATE INDEX ix_items_url ON items USING hash (url);

CREATE TABLE sketches (
    hash BIGINT NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (hash, article_id),
    FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX ix_sketches_article_id ON sketches (article_id);

CREATE TABLE subscriptions (
    source_id BIGINT NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source_id, scope),
    FOREIGN KEY(source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX ix_subscriptions_scope ON subscriptions (scope);

CREATE TABLE yields (
    article_id TEXT COLLATE "C" NOT NULL,
    source_id BIGINT NOT NULL,
    PRIMARY KEY (article_id, source_id),
    FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE,
    FOREIGN KEY(source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX ix_yields_source_id ON yields (source_id);

CREATE TABLE vectors (
    chunk BIGINT NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    chunk_vector BYTEA NOT NULL,
    sentence_vectors BYTEA NOT NULL,
    PRIMARY KEY (chunk),
    FOREIGN KEY(chunk) REFERENCES chunks (row) ON DELETE CASCADE
);

CREATE TABLE deliveries (
    id BIGSERIAL NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    asker_id TEXT COLLATE "C" NOT NULL,
    quotes JSON NOT NULL,
    shown INTEGER NOT NULL,
    message_ids JSON NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    follows INTEGER,
    PRIMARY KEY (id)
);
CREATE INDEX ix_deliveries_at ON deliveries (at);
CREATE INDEX ix_deliveries_scope ON deliveries (scope);

CREATE TABLE digests (
    id BIGSERIAL NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    state TEXT COLLATE "C" NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    sending_since TIMESTAMP WITH TIME ZONE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    stories JSON,
    coverage JSON,
    model TEXT COLLATE "C" NOT NULL,
    centres BYTEA NOT NULL,
    why TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (scope, due_at)
);
CREATE INDEX ix_digests_at ON digests (at);

CREATE TABLE guilds (
    id TEXT COLLATE "C" NOT NULL,
    settings JSON NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    last_alarm INTEGER,
    PRIMARY KEY (id)
);

CREATE TABLE model_usage (
    scope TEXT COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    questions INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    PRIMARY KEY (scope, day)
);

CREATE TABLE reports (
    id BIGSERIAL NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    quotes JSON NOT NULL,
    comment TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_reports_scope ON reports (scope);

-- Full text: see ingest/catalogue/postgres.py. The arrays lie outside of the rows, because only the index reads them.
CREATE TABLE chunk_terms (
    chunk BIGINT NOT NULL,
    length INTEGER NOT NULL,
    terms TEXT[] COLLATE "C" NOT NULL,
    PRIMARY KEY (chunk)
);
ALTER TABLE chunk_terms ALTER COLUMN terms SET STORAGE EXTERNAL;
ALTER TABLE chunk_terms SET (toast_tuple_target = 128);
-- Without fastupdate: every look into the index would read all that waits to be put into it.
CREATE INDEX ix_chunk_terms_terms ON chunk_terms USING gin (terms) WITH (fastupdate = off);

-- One row: how many chunks there are, and how many terms they have together.
CREATE TABLE chunk_terms_total (
    chunks BIGINT NOT NULL,
    terms BIGINT NOT NULL
);
INSERT INTO chunk_terms_total (chunks, terms) VALUES (0, 0);
