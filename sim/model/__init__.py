"""The agent-based model: a batch of worlds, stepped together by one Mesa model."""
