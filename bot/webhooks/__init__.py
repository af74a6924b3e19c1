"""Digests, and what watches find, posted to webhooks: in Discord's form, in Slack's, or as signed JSON."""
