"""The modes of a job, one module each, and what they share.

May import every other package except the process itself.
"""
