"""What no reader sees. Data, without Datasette, so that an export need not load it."""

# Columns that name files of the machine that harvested; they read as NULL whatever SQL asks for them.
HIDDEN = {("captures", "location"), ("files", "path"), ("runs", "arguments")}
