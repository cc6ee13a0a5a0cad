-- A table of events as a busy site would have it.

-- name: fill
-- One of thirty days that end now: a tenth of the events are about the first person, the others
-- about everybody, some more and some less. Ids grow with time, as those of pages do.
INSERT INTO public.portfolio_analytics
    (id, user_id, event_type, slug, project_id, event_data, created_at)
SELECT uuidv7(at - clock_timestamp()), p.user_id, type, p.slug,
    CASE type WHEN 'project_view'
        THEN p.projects[1 + floor(cardinality(p.projects) * random() ^ 2)]
    END,
    jsonb_strip_nulls(jsonb_build_object(
        'visitor', left(md5(p.user_id::text || %(day)s || floor(20000 * random())), 11),
        'type', CASE type WHEN 'social_click'
            THEN (ARRAY['github', 'linkedin', 'devto', 'portfolio'])[1 + floor(4 * random() ^ 2)]
        END,
        'referrer', CASE WHEN type = 'view' AND random() < 0.6
            THEN 'www.site-' || floor(300 * random() ^ 4) || '.example'
        END,
        'screen', CASE type WHEN 'view'
            THEN (ARRAY['phone', 'desktop', 'tablet'])[1 + floor(3 * random() ^ 1.5)]
        END,
        'language', CASE type WHEN 'view' THEN 'l' || floor(40 * random() ^ 3) || '-XX' END
    )),
    at
FROM (
    SELECT n, now() - interval '1 day' * (30 - %(day)s - n::float8 / %(events)s) AS at,
        CASE WHEN random() < 0.1 THEN 1 ELSE 2 + floor((%(people)s - 1) * random() ^ 2) END AS who,
        (ARRAY['view', 'view', 'view', 'view', 'view', 'view', 'project_view', 'project_view',
            'social_click', 'download'])[1 + floor(10 * random())] AS type
    FROM generate_series(0, %(events)s - 1) AS n
) AS events
JOIN (
    SELECT row_number() OVER (ORDER BY user_id) AS who, user_id, slug,
        ARRAY(SELECT id FROM public.projects r WHERE r.user_id = p.user_id) AS projects
    FROM public.portfolios p
) AS p USING (who)
ORDER BY at

-- name: documented
-- What the documentation of the database asks to be quick.
SELECT date_trunc('day', created_at), count(*) FROM public.portfolio_analytics
WHERE user_id = %s AND event_type = 'view' AND created_at >= now() - interval '30 days'
GROUP BY 1
