-- The queries of a build. All run as qwikfolio_publisher: row-level security leaves the rows of
-- public people only, so none of them says again what "public" means. `measure.py` replaces what
-- stands in braces, by these rules:
--   {fits s}, {most s}          whether a row of the alias s is within bounds.py; how many rows may be
--   {moment s.created_at}       the first of the queries below, of that column; so for the next two
--   {person}, {numbers}, …      a number of bounds.py

-- name: moment
-- A time at which a row can have been written, or NULL. `infinity`, a year BC or a far one would come
-- first wherever the latest does, and is no date in four digits.
CASE WHEN {value} >= '1970-01-01Z' AND {value} < '2100-01-01Z' THEN {value} END

-- name: text_size
-- The bytes of a text, which PostgreSQL knows without reading it. Another type, such as an enum, is
-- measured as its text.
octet_length({value}::text)

-- name: json_size
-- The bytes of a JSONB value. Compression makes it 255 times as small at most, so what is stored in
-- few bytes need not be read; what is stored in more than the bound is too large in any case. The
-- rest is measured as text; but first its numbers are counted, because one of 12 bytes may be
-- 131,072 as text.
CASE WHEN pg_column_size({value}) <= 250 OR pg_column_size({value}) > {bound}
        OR (pg_column_size({value}) <= 1000 AND pg_column_compression({value}) IS NULL)
        THEN pg_column_size({value})
    WHEN jsonb_array_length(
            jsonb_path_query_array({value}::jsonb, '$.** ? (@.type() == "number")')) > {numbers}
        THEN {too_many_numbers}
    ELSE octet_length({value}::text) END

-- name: claims
-- What each public person would be addressed by, and since when they have claimed that, in the order
-- of user_id. 512 characters compose to 128 at least, which is too long for an address: what is cut
-- off changes nothing.
SELECT p.user_id::text, left(p.slug, 512), left(u.username, 512), slugs.precedence,
    usernames.precedence, p.id::text
FROM public.portfolios p
LEFT JOIN public.profiles u ON u.id = p.user_id
LEFT JOIN qwikfolio.address_claims slugs
    ON slugs.owner = p.user_id AND slugs.key = qwikfolio.address_key(p.slug)
LEFT JOIN qwikfolio.address_claims usernames
    ON usernames.owner = p.user_id AND usernames.key = qwikfolio.address_key(u.username)
WHERE %(owners)s::uuid[] IS NULL OR p.user_id = ANY (%(owners)s::uuid[])
ORDER BY p.user_id

-- name: people
-- One row a person, in the order of user_id, with everything a page shows as one JSON document. It is
-- NULL where anything of theirs is beyond bounds: each value is measured before it is read, each row
-- as JSON before it is put together with others, and the document before it is sent. So no person's
-- rows stop the query, or take the server's memory. LIMIT ends the reading of too many rows; like
-- OFFSET 0, it also keeps what is below it from being evaluated once for each mention.
-- The arrays below are decoded by position: each mirrors a struct of rows.py, which a test checks.
-- json, not jsonb: building text is half the cost. Ties are broken by name, then id, so that the
-- same rows always give the same bytes. A child row does not touch its portfolio: "updated" is the
-- latest of updated_at there and created_at anywhere (other tables' updated_at is not ours to read).
-- LATERAL follows the indexes for one person or for all, and streams; grouping each table by itself
-- takes twice as long for 200 people. A third of the time is the policies', asked for every row.
SELECT p.user_id::text,
    CASE WHEN document.json IS NULL THEN '' ELSE left(coalesce(p.theme->>'id', 'emerald'), 256) END,
    CASE WHEN pg_column_size(document.json) <= {person} THEN document.json::text END,
    p.id::text
FROM public.portfolios p
LEFT JOIN public.profiles u ON u.id = p.user_id
CROSS JOIN LATERAL (
    SELECT max(it.moment) AS latest,
        count(*) <= {most s}
            AND count(it.json) = count(*)
            AND (max(pg_column_size(it.json)) <= {person}) IS NOT FALSE AS fits,
        json_agg(it.json ORDER BY it.moment, CASE WHEN it.json IS NOT NULL THEN it.name END, it.id)
            FILTER (WHERE pg_column_size(it.json) <= {person}) AS rows
    FROM (
        SELECT s.id, s.name, {moment s.created_at} AS moment,
            CASE WHEN {fits s} THEN json_build_array(
                s.id, s.name, s.category, s.level, s.years_experience, s.skill) END AS json
        FROM public.skills s
        WHERE s.user_id = p.user_id LIMIT {most s} + 1
    ) it
) skill
CROSS JOIN LATERAL (
    SELECT greatest(max(it.moment), max(it.latest)) AS latest,
        count(*) <= {most j}
            AND count(it.json) = count(*)
            AND (max(pg_column_size(it.json)) <= {person}) IS NOT FALSE AS fits,
        json_agg(it.json ORDER BY it.featured DESC, it."order", it.moment,
                CASE WHEN it.json IS NOT NULL THEN it.name END, it.id)
            FILTER (WHERE pg_column_size(it.json) <= {person}) AS rows
    FROM (
        SELECT j.id, j.name, j.featured, j."order", stack.latest, {moment j.created_at} AS moment,
            CASE WHEN stack.fits AND {fits j} THEN json_build_array(
                j.id, j.name, j.description, j.role, j.highlights, j.tags, j.featured, j.media,
                j.repo_url, j.live_url, stack.rows) END AS json
        FROM public.projects j
        CROSS JOIN LATERAL (
            SELECT max(it.moment) AS latest,
                count(*) <= {most t}
                    AND count(it.json) = count(*)
                    AND (max(pg_column_size(it.json)) <= {person}) IS NOT FALSE AS fits,
                json_agg(it.json ORDER BY it.moment,
                        CASE WHEN it.json IS NOT NULL THEN it.tech END, it.id)
                    FILTER (WHERE pg_column_size(it.json) <= {person}) AS rows
            FROM (
                SELECT t.id, t.tech, {moment t.created_at} AS moment,
                    CASE WHEN {fits t} THEN json_build_array(t.id, t.tech) END AS json
                FROM public.project_tech_stack t
                WHERE t.project_id = j.id LIMIT {most t} + 1
            ) it
        ) stack
        WHERE j.user_id = p.user_id LIMIT {most j} + 1
    ) it
) project
CROSS JOIN LATERAL (
    SELECT max(it.moment) AS latest,
        count(*) <= {most e}
            AND count(it.json) = count(*)
            AND (max(pg_column_size(it.json)) <= {person}) IS NOT FALSE AS fits,
        json_agg(it.json ORDER BY it.moment,
                CASE WHEN it.json IS NOT NULL THEN it.company END, it.id)
            FILTER (WHERE pg_column_size(it.json) <= {person}) AS rows
    FROM (
        SELECT e.id, e.company, {moment e.created_at} AS moment,
            CASE WHEN {fits e} THEN json_build_array(
                e.id, e.company, e.role, e.start_date, e.end_date, e.current, e.location,
                e.employment_type, e.description, e.achievements) END AS json
        FROM public.experience e
        WHERE e.user_id = p.user_id LIMIT {most e} + 1
    ) it
) job
CROSS JOIN LATERAL (
    SELECT max(it.moment) AS latest,
        count(*) <= {most d}
            AND count(it.json) = count(*)
            AND (max(pg_column_size(it.json)) <= {person}) IS NOT FALSE AS fits,
        json_agg(it.json ORDER BY it.moment, CASE WHEN it.json IS NOT NULL THEN it.school END, it.id)
            FILTER (WHERE pg_column_size(it.json) <= {person}) AS rows
    FROM (
        SELECT d.id, d.school, {moment d.created_at} AS moment,
            CASE WHEN {fits d} THEN json_build_array(
                d.id, d.school, d.degree, d.field, d.start_date, d.end_date, d.current, d.description,
                d.gpa, d.coursework, d.honors) END AS json
        FROM public.education d
        WHERE d.user_id = p.user_id LIMIT {most d} + 1
    ) it
) study
CROSS JOIN LATERAL (
    SELECT max(it.moment) AS latest,
        count(*) <= {most c}
            AND count(it.json) = count(*)
            AND (max(pg_column_size(it.json)) <= {person}) IS NOT FALSE AS fits,
        json_agg(it.json ORDER BY it.moment, CASE WHEN it.json IS NOT NULL THEN it.name END, it.id)
            FILTER (WHERE pg_column_size(it.json) <= {person}) AS rows
    FROM (
        SELECT c.id, c.name, {moment c.created_at} AS moment,
            CASE WHEN {fits c} THEN json_build_array(
                c.id, c.name, c.issuer, c.issue_date, c.expiry_date, c.credential_id,
                c.credential_url) END AS json
        FROM public.certifications c
        WHERE c.user_id = p.user_id LIMIT {most c} + 1
    ) it
) certificate
CROSS JOIN LATERAL (
    SELECT CASE WHEN {fits p} AND {fits u} AND skill.fits AND project.fits AND job.fits AND study.fits
        AND certificate.fits
    THEN json_build_array(
        p.name, p.headline, p.email, p.bio, p.website, p.location, p.role_level, p.availability,
        p.hourly_rate, p.salary_range, p.profile_photo_url, p.github, p.linkedin, p.social_links,
        p.settings, p.theme, p.primary_stack,
        to_char({moment p.created_at} AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
        to_char(greatest(
            {moment p.updated_at}, skill.latest, project.latest, job.latest, study.latest,
            certificate.latest
        ) AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
        u.avatar_url,
        skill.rows, project.rows, job.rows, study.rows, certificate.rows
    ) END AS json OFFSET 0
) document
WHERE %(owners)s::uuid[] IS NULL OR p.user_id = ANY (%(owners)s::uuid[])
ORDER BY p.user_id

-- name: crowded
-- Whether a person has too many rows in a table: one row, if so.
SELECT '' WHERE {most x} < (
    SELECT count(*) FROM (
        SELECT FROM public.{table} x WHERE x.user_id = %(owner)s::uuid LIMIT {most x} + 1
    ) few
)

-- name: crowded_projects
-- A person's projects that have too many technologies.
SELECT j.id::text FROM public.projects j
WHERE j.user_id = %(owner)s::uuid AND {most x} < (
    SELECT count(*) FROM (
        SELECT FROM public.{table} x WHERE x.project_id = j.id LIMIT {most x} + 1
    ) few
)
ORDER BY j.id LIMIT 20

-- name: oversize
-- A person's rows of a table in which a value is too large: the row's key, and the size of each value
-- that has a bound, in the order of bounds.py.
SELECT {key}::text, ARRAY[{sizes x}]::bigint[] FROM public.{table} x
WHERE {whose} AND NOT {fits x}
ORDER BY {key} LIMIT 20

-- name: largest
-- A person's row of a table that has the largest value: its key, and the sizes of its values.
SELECT key, sizes FROM (
    SELECT {key}::text AS key, ARRAY[{sizes x}]::bigint[] AS sizes FROM public.{table} x WHERE {whose}
) row_of
ORDER BY (SELECT max(size) FROM unnest(sizes) AS size) DESC NULLS LAST, key LIMIT 1

-- name: unreadable_rows
-- The keys of a person's rows of a table.
SELECT {key}::text FROM public.{table} x WHERE {whose} LIMIT 1000

-- name: unreadable_values
-- How many values of a column can be turned into JSON, in some rows of a table; large ones are let be.
SELECT count({value}::text) FROM public.{table} x
WHERE {whose} AND {key} = ANY (%(keys)s::uuid[])
