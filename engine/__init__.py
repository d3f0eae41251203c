"""The process engine: deployments, turns, deadlines and queries, without any knowledge of the web or of electricity."""
