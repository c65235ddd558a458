package ticketing.wrong.analysis;

import ticketing.wrong.query.QueryThatProjects;

public record AnalysisThatQueries(QueryThatProjects query) {}
