-- The queries of a build. All run as qwikfolio_publisher: row-level security leaves the rows of
-- public people only, so none of them says again what "public" means.

-- name: claims
-- What each public person would be addressed by, and since when they have claimed that, in the order
-- of user_id.
SELECT p.user_id::text, p.slug, u.username, slugs.precedence, usernames.precedence
FROM public.portfolios p
LEFT JOIN public.profiles u ON u.id = p.user_id
LEFT JOIN qwikfolio.address_claims slugs
    ON slugs.owner = p.user_id AND slugs.key = qwikfolio.address_key(p.slug)
LEFT JOIN qwikfolio.address_claims usernames
    ON usernames.owner = p.user_id AND usernames.key = qwikfolio.address_key(u.username)
WHERE %(owners)s::uuid[] IS NULL OR p.user_id = ANY (%(owners)s::uuid[])
ORDER BY p.user_id

-- name: people
-- One row a person, in the order of user_id, with everything a page shows as one JSON document.
-- The arrays below are decoded by position: each mirrors a struct of rows.py, which a test checks.
-- json, not jsonb: building text is half the cost. Ties are broken by name, then id, so that the
-- same rows always give the same bytes. A child row does not touch its portfolio: "updated" is the
-- latest of updated_at there and created_at anywhere (other tables' updated_at is not ours to read).
-- LATERAL follows the indexes for one person or for all, and streams; grouping each table by itself
-- takes twice as long for 200 people. A third of the time is the policies', asked for every row.
SELECT p.user_id::text, coalesce(p.theme->>'id', 'emerald'), json_build_array(
    p.name, p.headline, p.email, p.bio, p.website, p.location, p.role_level, p.availability,
    p.hourly_rate, p.salary_range, p.profile_photo_url, p.github, p.linkedin, p.social_links,
    p.settings, p.theme, p.primary_stack,
    to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
    to_char(greatest(
        p.updated_at, skill.latest, project.latest, job.latest, study.latest, certificate.latest
    ) AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
    u.avatar_url,
    skill.rows, project.rows, job.rows, study.rows, certificate.rows
)::text
FROM public.portfolios p
LEFT JOIN public.profiles u ON u.id = p.user_id
CROSS JOIN LATERAL (
    SELECT max(s.created_at) AS latest, json_agg(json_build_array(
            s.id, s.name, s.category, s.level, s.years_experience, s.skill)
        ORDER BY s.created_at, s.name, s.id) AS rows
    FROM public.skills s WHERE s.user_id = p.user_id
) skill
CROSS JOIN LATERAL (
    SELECT greatest(max(j.created_at), max(stack.latest)) AS latest, json_agg(json_build_array(
            j.id, j.name, j.description, j.role, j.highlights, j.tags, j.featured, j.media,
            j.repo_url, j.live_url, stack.rows)
        ORDER BY j.featured DESC, j."order", j.created_at, j.name, j.id) AS rows
    FROM public.projects j
    CROSS JOIN LATERAL (
        SELECT max(t.created_at) AS latest, json_agg(json_build_array(
                t.id, t.tech)
            ORDER BY t.created_at, t.tech, t.id) AS rows
        FROM public.project_tech_stack t WHERE t.project_id = j.id
    ) stack
    WHERE j.user_id = p.user_id
) project
CROSS JOIN LATERAL (
    SELECT max(e.created_at) AS latest, json_agg(json_build_array(
            e.id, e.company, e.role, e.start_date, e.end_date, e.current, e.location,
            e.employment_type, e.description, e.achievements)
        ORDER BY e.created_at, e.company, e.id) AS rows
    FROM public.experience e WHERE e.user_id = p.user_id
) job
CROSS JOIN LATERAL (
    SELECT max(d.created_at) AS latest, json_agg(json_build_array(
            d.id, d.school, d.degree, d.field, d.start_date, d.end_date, d.current, d.description,
            d.gpa, d.coursework, d.honors)
        ORDER BY d.created_at, d.school, d.id) AS rows
    FROM public.education d WHERE d.user_id = p.user_id
) study
CROSS JOIN LATERAL (
    SELECT max(c.created_at) AS latest, json_agg(json_build_array(
            c.id, c.name, c.issuer, c.issue_date, c.expiry_date, c.credential_id, c.credential_url)
        ORDER BY c.created_at, c.name, c.id) AS rows
    FROM public.certifications c WHERE c.user_id = p.user_id
) certificate
WHERE %(owners)s::uuid[] IS NULL OR p.user_id = ANY (%(owners)s::uuid[])
ORDER BY p.user_id
