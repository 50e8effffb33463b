"""Other ways to accept a webhook, and what it takes to run them beside ours."""
