"""The staff console: pages for those who answer, keep the knowledge right and take over (see docs/guides/staff.md)."""
