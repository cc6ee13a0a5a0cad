-- What the beacon needs besides the events themselves: the change log, to know when an address has
-- become somebody else's, and a place for what it leaves out.

-- Whose row was written, when, and in which table; the horizon, to know what the log lacks.
GRANT SELECT (xid, owner, origin) ON qwikfolio.changes TO qwikfolio_beacon;
GRANT SELECT ON qwikfolio.horizon TO qwikfolio_beacon;

CREATE TABLE qwikfolio.filtered (
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    day date NOT NULL,
    reason text NOT NULL CHECK (reason IN ('bot', 'prefetch', 'opt-out')),
    events bigint NOT NULL,
    PRIMARY KEY (user_id, day, reason)
);
COMMENT ON TABLE qwikfolio.filtered IS
    'How many events were not stored, and why: for each portfolio and day (UTC)';

-- Of public people only, as with events: a portfolio that the beacon doesn't see has no counts
-- that it could see, add to or begin.
ALTER TABLE qwikfolio.filtered ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (events) ON qwikfolio.filtered TO qwikfolio_beacon;
CREATE POLICY qwikfolio_beacon_reads ON qwikfolio.filtered
    FOR SELECT TO qwikfolio_beacon USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = filtered.user_id
    ));
CREATE POLICY qwikfolio_beacon_begins ON qwikfolio.filtered
    FOR INSERT TO qwikfolio_beacon WITH CHECK (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = filtered.user_id
    ));
CREATE POLICY qwikfolio_beacon_adds ON qwikfolio.filtered
    FOR UPDATE TO qwikfolio_beacon USING (EXISTS (
        SELECT FROM public.portfolios p WHERE p.user_id = filtered.user_id
    ));
