"""HTTP: routes, their JSON, and one shape for every error."""
