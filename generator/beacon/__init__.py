"""The beacon: what pages tell of visits, into `portfolio_analytics`. 204 means stored.

serve        the server, until a signal ends it
  protocol     bytes ↔ requests, within bounds; refusal: what is told beyond them
beacon       what follows, begun and ended in order
  app          one request in, one answer out; openapi: both described
    event        what was sent; referrer: from which site
    visitors     who sent it: address, networks and salt tell, rates says how often
    bots         or what
    owners       whose page it is about, as enquiry finds out
  writer       group commit: a batch to the database, or else to the spool
    store        the only module that speaks to PostgreSQL
    spool        events on disk, in frames, until the database takes them
    quarantine   what it never will
    left_out     what is only counted
accounts     what became of every event, for metrics; rollup_status: how far they are summed up
"""
