"""The beacon: what pages tell of visits, into `portfolio_analytics`. 204 means stored.

protocol   bytes ↔ requests, with bounds on time and size
  app      one request in, one answer out
    event      what was sent
    address    who sent it: a network address, until it is hashed
    rates      how often
    bots       or what
    owners     whose page it is about
  writer   group commit: the database, or else the spool
    store      the only module that speaks to PostgreSQL
    spool      events on disk, until the database takes them
accounts   what became of every event
"""
