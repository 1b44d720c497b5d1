"""Agent Desk: a desktop for call-centre agents."""
