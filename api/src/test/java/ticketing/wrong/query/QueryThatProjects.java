package ticketing.wrong.query;

import ticketing.wrong.projections.ProjectionThatCommands;

public record QueryThatProjects(ProjectionThatCommands projection) {}
