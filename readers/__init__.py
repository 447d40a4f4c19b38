"""Videos in, locked ratings out.

Hands out: `readers.selectors.ratings`. Holds the protocol: phases, washout, allocation, answers as shown.
"""
