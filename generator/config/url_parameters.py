"""The parameters that database URLs have: libpq's, and those that other software appends."""

from collections.abc import Mapping
from types import MappingProxyType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LIBPQ = _words(
    """
    application_name channel_binding client_encoding connect_timeout dbname
    fallback_application_name gssdelegation gssencmode gsslib host hostaddr keepalives
    keepalives_count keepalives_idle keepalives_interval krbsrvname load_balance_hosts
    max_protocol_version min_protocol_version oauth_client_id oauth_client_secret oauth_issuer
    oauth_scope options passfile password port replication require_auth requirepeer
    scram_client_key scram_server_key service servicefile ssl_max_protocol_version
    ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey
    sslkeylogfile sslmode sslnegotiation sslpassword sslrootcert sslsni target_session_attrs
    tcp_user_timeout user
    """
)
"""What libpq itself takes."""

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
        "gssencmode": ("disable", "prefer", "require"),
        "channel_binding": ("disable", "prefer", "require"),
        "sslnegotiation": ("postgres", "direct"),
        "sslcertmode": ("disable", "allow", "require"),
        "load_balance_hosts": ("disable", "random"),
        "target_session_attrs": (
            "any", "read-write", "read-only", "primary", "standby", "prefer-standby",
        ),
    }
)  # fmt: skip
"""Which values some of libpq's take."""

NUMBERS = _words(
    """
    connect_timeout keepalives keepalives_count keepalives_idle keepalives_interval
    tcp_user_timeout
    """
)
"""Those of libpq's that are whole numbers."""

SCHEMAS = frozenset({"schema", "currentSchema", "search_path", "schema_search_path"})
"""By which others choose a schema: Prisma, JDBC, pgx, Rails."""

TIMEOUTS = frozenset(
    {
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "query_timeout",
        "command_timeout",
        "socket_timeout",
        "socketTimeout",
    }
)
"""By which others limit how long a statement may take."""

IGNORED = _words(
    """
    pgbouncer connection_limit pool_timeout statement_cache_size single_use_connections
    prepared_statements prepared_statement_cache_size prepared_statement_name_func
    pool pool_size max_overflow pool_recycle pool_pre_ping poolclass checkout_timeout
    reaping_frequency idle_timeout min_connections max_connections
    adapter encoding variables advisory_locks statement_limit min_messages timeout
    conn_max_age conn_health_checks disable_server_side_cursors ssl_require
    async_fallback record_class uselibpqcompat
    pool_max_conns pool_min_conns pool_min_idle_conns pool_max_conn_lifetime
    pool_max_conn_lifetime_jitter pool_max_conn_idle_time pool_health_check_period
    default_query_exec_mode statement_cache_capacity statement-cache-capacity
    description_cache_capacity binary_parameters
    max max_lifetime prepare fetch_types
    ApplicationName prepareThreshold preparedStatementCacheQueries reWriteBatchedInserts
    stringtype tcpKeepAlive loginTimeout connectTimeout targetServerType
    supa workaround
    """
)
"""Of Prisma, SQLAlchemy, Rails, Django, pgx, sqlx, postgres.js, JDBC, Supabase and Vercel: how an
application pools, prepares and names its connections, which says nothing of the database."""
