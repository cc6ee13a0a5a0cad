-- Since when each public person claims an address, so that who has one keeps it.
--
-- Two people may claim the same address: a slug may equal another's username, and both columns are
-- unique by bytes only. The one who claimed it first has it, for as long as they are public and
-- claim it. `precedence` says who was first: it comes from a sequence, not from a clock or from a
-- column that an owner may write. Builds and the beacon read it, so all of them agree, and a
-- manifest that is lost changes nothing.

-- `composed` is an address as it is published, in Unicode's composed form (NFC). `address_key` is
-- equal for all spellings of an address: composed, each letter in lower case by itself, and the
-- Greek final sigma as any other. It depends neither on a collation nor on the server's version:
-- `translate` is given all letters outside ASCII that an address may have (Unicode 16).
-- `collision_key` of generator/model/address.py is the same in Python.
DO $$
DECLARE
    upper_case text;
    lower_case text;
BEGIN
    SELECT string_agg(chr(letter), '' ORDER BY letter),
        string_agg(chr(letter + distance), '' ORDER BY letter)
    INTO upper_case, lower_case
    FROM (
        VALUES
            (192, 214, 1, 32), (216, 222, 1, 32), (256, 302, 2, 1), (304, 304, 1, -199),
            (308, 310, 2, 1), (313, 317, 2, 1), (321, 327, 2, 1), (330, 374, 2, 1),
            (376, 376, 1, -121), (377, 381, 2, 1), (399, 399, 1, 202), (416, 416, 1, 1),
            (431, 431, 1, 1), (461, 475, 2, 1), (478, 482, 2, 1), (486, 494, 2, 1),
            (500, 500, 1, 1), (504, 538, 2, 1), (542, 542, 1, 1), (550, 562, 2, 1),
            (902, 902, 1, 38), (904, 906, 1, 37), (908, 908, 1, 64), (910, 911, 1, 63),
            (913, 929, 1, 32), (931, 939, 1, 32), (962, 962, 1, 1), (1021, 1023, 1, -130),
            (1024, 1039, 1, 80), (1040, 1071, 1, 32), (1162, 1214, 2, 1), (1216, 1216, 1, 15),
            (1217, 1229, 2, 1), (1232, 1278, 2, 1), (1296, 1320, 2, 1), (1326, 1326, 1, 1),
            (1329, 1366, 1, 48), (4295, 4295, 1, 7264), (4301, 4301, 1, 7264),
            (7312, 7354, 1, -3008), (7357, 7359, 1, -3008), (7680, 7828, 2, 1),
            (7838, 7838, 1, -7615), (7840, 7928, 2, 1), (7944, 7951, 1, -8), (7960, 7965, 1, -8),
            (7976, 7983, 1, -8), (7992, 7999, 1, -8), (8008, 8013, 1, -8), (8025, 8031, 2, -8),
            (8040, 8047, 1, -8), (8072, 8079, 1, -8), (8088, 8095, 1, -8), (8104, 8111, 1, -8),
            (8120, 8121, 1, -8), (8122, 8122, 1, -74), (8124, 8124, 1, -9), (8136, 8138, 2, -86),
            (8140, 8140, 1, -9), (8152, 8153, 1, -8), (8154, 8154, 1, -100), (8168, 8169, 1, -8),
            (8170, 8170, 1, -112), (8172, 8172, 1, -7), (8184, 8184, 1, -128),
            (8186, 8186, 1, -126), (8188, 8188, 1, -9), (42893, 42893, 1, -42280),
            (42898, 42898, 1, 1), (42922, 42922, 1, -42308), (42944, 42946, 2, 1),
            (42948, 42948, 1, -48), (42949, 42949, 1, -42307), (42950, 42950, 1, -35384),
            (42951, 42953, 2, 1), (42960, 42960, 1, 1), (42966, 42968, 2, 1)
    ) AS run (first, last, step, distance), generate_series(first, last, step) AS letter;

    CREATE FUNCTION qwikfolio.composed(written text) RETURNS text LANGUAGE sql IMMUTABLE
        PARALLEL SAFE RETURN CASE
            WHEN octet_length(written) = char_length(written) THEN written
            ELSE normalize(written, NFC)
        END;
    EXECUTE format($function$
        CREATE FUNCTION qwikfolio.address_key(written text) RETURNS text LANGUAGE sql IMMUTABLE
        PARALLEL SAFE RETURN CASE
            WHEN octet_length(written) > 1000 THEN NULL
            WHEN octet_length(written) = char_length(written) THEN lower(written COLLATE "C")
            ELSE normalize(
                translate(lower(normalize(written, NFC) COLLATE "C"), %L, %L), NFC)
        END
    $function$, upper_case, lower_case);
END
$$;

COMMENT ON FUNCTION qwikfolio.address_key(text) IS
    'Equal for all spellings of an address; NULL where it is too long to be one';

CREATE TABLE qwikfolio.address_claims (
    key text NOT NULL,
    owner uuid NOT NULL,
    precedence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, owner)
);
CREATE INDEX address_claims_owner ON qwikfolio.address_claims (owner);

COMMENT ON TABLE qwikfolio.address_claims IS
    'The addresses that public people claim, by slug or username, without a break since they did';
COMMENT ON COLUMN qwikfolio.address_claims.precedence IS
    'Of those who claim the same address, the one with the smallest has it';

ALTER TABLE qwikfolio.address_claims ENABLE ROW LEVEL SECURITY;
GRANT SELECT (key, owner, precedence) ON qwikfolio.address_claims
    TO qwikfolio_publisher, qwikfolio_beacon;
CREATE POLICY qwikfolio_reads ON qwikfolio.address_claims
    FOR SELECT TO qwikfolio_publisher, qwikfolio_beacon USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = address_claims.owner
    ));

-- Brings one person's claims up to date with their rows. The lock makes a transaction that writes
-- the profile wait for one that writes the portfolio, or neither would see the other's row.
CREATE FUNCTION qwikfolio.claim_addresses(person uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claimed text[];
BEGIN
    SELECT array_remove(ARRAY[
        qwikfolio.address_key(nullif(p.slug, '')), qwikfolio.address_key(nullif(u.username, ''))
    ], NULL)
    INTO claimed
    FROM public.portfolios p LEFT JOIN public.profiles u ON u.id = p.user_id
    WHERE p.user_id = person AND (p.published OR p.settings ->> 'isPublic' = 'true')
    FOR NO KEY UPDATE OF p;

    DELETE FROM qwikfolio.address_claims
    WHERE owner = person AND key <> ALL (coalesce(claimed, '{}'));
    INSERT INTO qwikfolio.address_claims (key, owner)
    SELECT key, person FROM unnest(claimed) AS key
    ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION qwikfolio.claim_of_portfolio() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM qwikfolio.claim_addresses(OLD.user_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN
        PERFORM qwikfolio.claim_addresses(NEW.user_id);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION qwikfolio.claim_of_profile() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM qwikfolio.claim_addresses(OLD.id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.id IS DISTINCT FROM OLD.id THEN
        PERFORM qwikfolio.claim_addresses(NEW.id);
    END IF;
    RETURN NULL;
END
$$;

-- What public people claim, by their rows. One who claims the same by slug and by username claims
-- it once, by slug.
CREATE VIEW qwikfolio.claimed_addresses AS
SELECT p.user_id AS owner, said."column", said.written, qwikfolio.address_key(said.written) AS key
FROM public.portfolios p
LEFT JOIN public.profiles u ON u.id = p.user_id
CROSS JOIN LATERAL (
    VALUES ('portfolios.slug', p.slug), ('profiles.username', u.username)
) AS said ("column", written)
WHERE (p.published OR p.settings ->> 'isPublic' = 'true')
    AND said.written <> '' AND qwikfolio.address_key(said.written) IS NOT NULL
    AND NOT (said."column" = 'profiles.username'
        AND coalesce(qwikfolio.address_key(said.written) = qwikfolio.address_key(p.slug), false));
COMMENT ON VIEW qwikfolio.claimed_addresses IS 'What each public person would be addressed by';

-- Who claims what another person has.
CREATE VIEW qwikfolio.address_conflicts AS
SELECT key, owner, "column", written, holder
FROM (
    SELECT c.*, first_value(c.owner) OVER (
        PARTITION BY c.key ORDER BY a.precedence NULLS LAST, c."column", c.owner
    ) AS holder
    FROM qwikfolio.claimed_addresses c
    LEFT JOIN qwikfolio.address_claims a ON a.key = c.key AND a.owner = c.owner
) AS ranked
WHERE owner <> holder;
COMMENT ON VIEW qwikfolio.address_conflicts IS
    'Slugs and usernames of public people that are another person''s address, and whose';

CREATE FUNCTION qwikfolio.drop_claims() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
BEGIN
    DELETE FROM qwikfolio.address_claims a WHERE NOT EXISTS (
        SELECT FROM qwikfolio.claimed_addresses c WHERE c.key = a.key AND c.owner = a.owner);
    RETURN NULL;
END
$$;

-- Makes the triggers where they can be made, and the claims what the rows say. To be called again
-- after a table was replaced, or written while its triggers were off. Of claims that were missing,
-- those go first that went first before there were claims: a slug, a username without a slug, a
-- username with one; among equals the slug in lower case, the elder portfolio (where its time can be
-- true), the smaller user_id.
CREATE PROCEDURE qwikfolio.track_claims() LANGUAGE plpgsql
    -- Without statistics, as after a restore, a nested loop would take time by the square.
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS $$
DECLARE
    relation text;
    columns text;
    kind text;
    definition text;
    removed bigint;
    added bigint;
BEGIN
    FOR relation, columns IN VALUES
        ('portfolios', '(%1$s.user_id, %1$s.slug, coalesce(%1$s.published
            OR %1$s.settings ->> ''isPublic'' = ''true'', false))'),
        ('profiles', '(%1$s.id, %1$s.username)')
    LOOP
        BEGIN
            FOR kind, definition IN VALUES
                ('insert', 'INSERT ON public.%I FOR EACH ROW'),
                ('update', 'UPDATE ON public.%I FOR EACH ROW WHEN (' || format(columns, 'OLD')
                    || ' IS DISTINCT FROM ' || format(columns, 'NEW') || ')'),
                ('delete', 'DELETE ON public.%I FOR EACH ROW'),
                ('truncate', 'TRUNCATE ON public.%I FOR EACH STATEMENT')
            LOOP
                EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER ', 'qwikfolio_claim_' || kind)
                    || format(definition, relation) || ' EXECUTE FUNCTION qwikfolio.' || CASE
                        WHEN kind = 'truncate' THEN 'drop_claims()'
                        WHEN relation = 'portfolios' THEN 'claim_of_portfolio()'
                        ELSE 'claim_of_profile()' END;
                EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I',
                    relation, 'qwikfolio_claim_' || kind);
            END LOOP;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'claims to addresses leave out public.%, which belongs to another role: '
                'whoever comes to claim one there goes last, until qwikfolio.track_claims() is '
                'called', relation;
        END;
    END LOOP;

    DELETE FROM qwikfolio.address_claims a WHERE NOT EXISTS (
        SELECT FROM qwikfolio.claimed_addresses c WHERE c.key = a.key AND c.owner = a.owner);
    GET DIAGNOSTICS removed = ROW_COUNT;

    WITH claimed AS (
        SELECT c.owner, c."column", c.key,
            CASE WHEN p.created_at >= '1970-01-01Z' AND p.created_at < '2100-01-01Z'
                THEN p.created_at ELSE 'infinity' END AS created_at,
            coalesce(qwikfolio.composed(p.slug) <> qwikfolio.address_key(p.slug), true) AS is_other,
            a.precedence
        FROM qwikfolio.claimed_addresses c
        JOIN public.portfolios p ON p.user_id = c.owner
        LEFT JOIN qwikfolio.address_claims a ON a.key = c.key AND a.owner = c.owner
    ), slugs AS (
        SELECT owner, row_number() OVER (
            PARTITION BY key ORDER BY precedence NULLS LAST, is_other, created_at, owner
        ) AS place
        FROM claimed WHERE "column" = 'portfolios.slug'
    )
    INSERT INTO qwikfolio.address_claims (key, owner)
    SELECT key, c.owner
    FROM claimed c LEFT JOIN slugs s ON s.owner = c.owner AND s.place = 1
    WHERE precedence IS NULL
    ORDER BY "column", "column" = 'profiles.username' AND s.owner IS NOT NULL,
        is_other, created_at, c.owner
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;

    IF removed + added > 0 THEN  -- whose address may have changed: everybody's
        INSERT INTO qwikfolio.changes (origin) VALUES ('portfolios');
    END IF;
END
$$;

CALL qwikfolio.track_claims();

REVOKE EXECUTE ON FUNCTION qwikfolio.composed(text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.address_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qwikfolio.composed(text), qwikfolio.address_key(text)
    TO qwikfolio_publisher, qwikfolio_beacon;
REVOKE EXECUTE ON FUNCTION qwikfolio.claim_addresses(uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.claim_of_portfolio() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.claim_of_profile() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.drop_claims() FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE qwikfolio.track_claims() FROM PUBLIC;
