"""The tables of a store in PostgreSQL.

A segment is a set of rows that never change. A snapshot is a list of segments, and one row, ``pointer``, names the
snapshot in use: to publish is to change that row.
"""

import re

FORMAT = 2
EXTENSIONS = {"vector": "pgvector", "fuzzystrmatch": "fuzzystrmatch"}  # by their names in SQL

CREATE = """
CREATE TABLE IF NOT EXISTS store (format int NOT NULL);
CREATE TABLE IF NOT EXISTS segments (
    segment int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL, fingerprint text NOT NULL,
    passages int NOT NULL, sentences int NOT NULL, tokens bigint[] NOT NULL,
    checksums bigint[] NOT NULL,
    UNIQUE (name, fingerprint));
CREATE TABLE IF NOT EXISTS snapshots (
    snapshot bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token text NOT NULL, manifest text NOT NULL, segments int[] NOT NULL,
    created timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS pointer (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    snapshot bigint NOT NULL REFERENCES snapshots,
    previous bigint);
CREATE TABLE IF NOT EXISTS files (
    segment int NOT NULL REFERENCES segments, name text NOT NULL, part int NOT NULL, bytes bytea NOT NULL,
    PRIMARY KEY (segment, name, part));
ALTER TABLE files ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS words (
    term bigint NOT NULL, segment int NOT NULL REFERENCES segments, field text NOT NULL, text text NOT NULL,
    passages int NOT NULL, PRIMARY KEY (term, segment));
CREATE INDEX IF NOT EXISTS words_of_segment ON words USING brin (segment);
CREATE INDEX IF NOT EXISTS plain_words ON words (text text_pattern_ops) WHERE field = 'plain';
CREATE TABLE IF NOT EXISTS postings (
    term bigint NOT NULL, block bigint NOT NULL, entries int[] NOT NULL, PRIMARY KEY (term, block));
CREATE INDEX IF NOT EXISTS postings_of_segment ON postings USING brin (block);
CREATE TABLE IF NOT EXISTS sentences (address bigint PRIMARY KEY, codes halfvec NOT NULL);
"""
# What the rows of a segment add up to, as ``index.stores.checksums`` says: postings, passages of words, vectors.
CHECKSUMS = """
SELECT ARRAY[
    (SELECT coalesce(sum(entry::bigint * (1 + (term & 7))), 0) FROM postings, unnest(entries) AS entry
        WHERE block >= %(number)s::bigint << 16 AND block < (%(number)s + 1)::bigint << 16),
    (SELECT coalesce(sum(passages), 0) FROM words WHERE segment = %(number)s),
    (SELECT coalesce(-sum((codes <#> %(probe)s::halfvec)::bigint * (1 + (address & 268435455) %% 251)), 0)
        FROM sentences WHERE address >= %(number)s::bigint << 28 AND address < (%(number)s + 1)::bigint << 28)
]::bigint[] = checksums AND sentences = (SELECT count(*) FROM sentences
    WHERE address >= %(number)s::bigint << 28 AND address < (%(number)s + 1)::bigint << 28)
FROM segments WHERE segment = %(number)s
"""
UNUSED = "SELECT segment FROM segments s WHERE NOT EXISTS (SELECT FROM snapshots WHERE s.segment = ANY(segments))"
NAMES = tuple(re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", CREATE))

# The postings of the terms asked for: a row for each passage and word, with the score of its best alternative.
_SCORES = """
WITH asked AS (
    SELECT * FROM unnest(%(words)s::int[], %(terms)s::bigint[], %(weights)s::real[], %(bases)s::int[])
        AS t(word, term, weight, base)
), held AS (
    SELECT place, block, word, weight, base, entries FROM asked JOIN postings USING (term)
    JOIN unnest(%(segments)s::bigint[]) WITH ORDINALITY AS s(segment, place) ON segment = block >> 16 {blocks}
), scored AS (
    SELECT place, block, entry & 4095 AS at, word,
        max(weight * ((entry >> 20)::real / ((entry >> 20)::real + (%(norms)s::real[])[base + (entry >> 12 & 255)])))
            AS score
    FROM held, unnest(entries) AS entry {entries}
    GROUP BY place, block, at, word
)
SELECT block << 12 | at, array_agg(word), array_agg(score) FROM scored GROUP BY place, block, at
"""
_BEST = "ORDER BY sum(score::float8) DESC, place, 1 LIMIT %(k)s"
_IN_RANGES = "WHERE (block << 12 | (entry & 4095)) <@ %(within)s::int8multirange"

BEST = _SCORES.format(blocks="", entries="") + _BEST
BEST_WITHIN = _SCORES.format(blocks="", entries=_IN_RANGES) + _BEST
OF_PASSAGES = _SCORES.format(
    blocks="AND block = ANY(%(blocks)s::bigint[])",
    entries="WHERE (block << 12 | (entry & 4095)) = ANY(%(addresses)s::bigint[])",
)

# Passages that hold one of the terms of each word: of each block their places, as bits where they are many.
WITH_WORDS = """
SELECT block,
    CASE WHEN count(*) > 256 THEN bit_or(set_bit(0::bit(4096), place, 1)) END,
    CASE WHEN count(*) <= 256 THEN string_agg(int2send(place::int2), ''::bytea) END
FROM (
    SELECT block, place FROM (
        SELECT DISTINCT word, block, entry & 4095 AS place
        FROM unnest(%(words)s::int[], %(terms)s::bigint[]) AS asked(word, term) JOIN postings USING (term),
            unnest(entries) AS entry
        WHERE block >> 16 = ANY(%(segments)s::bigint[])
    ) AS held GROUP BY block, place HAVING count(*) = %(count)s
) AS of_all GROUP BY block
"""

FREQUENCIES = """
SELECT term, sum(passages)::bigint FROM words
WHERE term = ANY(%(terms)s::bigint[]) AND segment = ANY(%(segments)s::int[]) GROUP BY term
"""

# Words within some edits of one of several spellings; each spelling has its own number of edits.
SPELLINGS = """
SELECT words.text, sum(passages)::bigint FROM words
WHERE field = 'plain' AND words.text LIKE %(prefix)s AND segment = ANY(%(segments)s::int[])
    AND length(words.text) BETWEEN %(shortest)s AND %(longest)s
    AND EXISTS (
        SELECT FROM unnest(%(spelled)s::text[], %(edits)s::int[]) AS t(spelled, edits)
        WHERE levenshtein_less_equal(words.text, spelled, edits) <= edits)
GROUP BY words.text
"""

# A vector without a direction is as near as one at a right angle. Of what is given, all must be allowed by ``within``.
_DISTANCE = "coalesce(nullif(codes <=> %(vector)s::halfvec, 'NaN'), 1)"
_OF_SNAPSHOT = "address >> 28 = ANY(%(segments)s::bigint[])"
_OF_FILTER = " AND address <@ %(within)s::int8multirange"
_NEAREST = f"SELECT address, {_DISTANCE} FROM sentences WHERE {_OF_SNAPSHOT}{{within}} ORDER BY 2 LIMIT %(k)s"
NEAREST, NEAREST_WITHIN = _NEAREST.format(within=""), _NEAREST.format(within=_OF_FILTER)
# Sentences as near as the last ones; of equal vectors, those that come first in the snapshot.
_EQUALLY_NEAR = f"""
SELECT address, distance FROM (
    SELECT address, distance, row_number() OVER (
        PARTITION BY codes ORDER BY array_position(%(segments)s::bigint[], address >> 28), address) AS copy
    FROM (SELECT address, codes, {_DISTANCE} AS distance FROM sentences WHERE {_OF_SNAPSHOT}{{within}}) AS all_near
    WHERE distance BETWEEN %(least)s AND %(most)s
) AS counted WHERE copy <= %(k)s
"""
EQUALLY_NEAR, EQUALLY_NEAR_WITHIN = _EQUALLY_NEAR.format(within=""), _EQUALLY_NEAR.format(within=_OF_FILTER)

# A graph of vectors (Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search using HNSW").
# It is of one dimension: another encoder gets another graph.
GRAPH = """
CREATE INDEX IF NOT EXISTS near_{dimension} ON sentences USING hnsw ((codes::halfvec({dimension})) halfvec_cosine_ops)
WHERE vector_dims(codes) = {dimension}
"""
NEAREST_APPROXIMATE = """
SELECT address, codes::halfvec({dimension}) <=> %(vector)s::halfvec({dimension}) FROM sentences
WHERE vector_dims(codes) = {dimension} AND address >> 28 = ANY(%(segments)s::bigint[])
ORDER BY codes::halfvec({dimension}) <=> %(vector)s::halfvec({dimension}) LIMIT %(k)s
"""
# How many near sentences the graph is searched for at a time, and that it goes on where other snapshots hold some.
SEARCH_GRAPH = "SET hnsw.ef_search = 400; SET hnsw.iterative_scan = strict_order"
VECTORS = "SELECT address, codes FROM sentences WHERE address = ANY(%(addresses)s::bigint[])"
