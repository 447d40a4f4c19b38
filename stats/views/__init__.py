"""Pages of the statistics room: tables and figures of a study, and agreement of any ratings file."""
