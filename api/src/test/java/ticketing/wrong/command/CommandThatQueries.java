package ticketing.wrong.command;

import ticketing.wrong.query.QueryThatProjects;

public record CommandThatQueries(QueryThatProjects query) {}
