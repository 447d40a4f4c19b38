"""Protocol of a reader study as plain functions: phases, washout, allocation, direction, form.

No Django and no database: everything takes and returns values, so that it can be read and tested alone.
"""
