"""A name that would run code if it ever became markup."""

HOSTILE = '<img src=x onerror="window.harmed=1">'
