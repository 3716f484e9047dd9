package dev.countersign.postgres;

/// The target answered a query of the gateway's own with an error. Its text stays away: it may hold
/// anybody's values.
final class QueryFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sqlState;

    QueryFailed(String sqlState) {
        super("the target refuses a query of the gateway (SQLSTATE " + sqlState + ")");
        this.sqlState = sqlState;
    }

    String sqlState() {
        return sqlState;
    }
}
