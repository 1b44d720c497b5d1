"""What is spoken in calls, by the real libraries."""
