"""How a question gets out: access, query, search and experts, as JSON and pages."""
