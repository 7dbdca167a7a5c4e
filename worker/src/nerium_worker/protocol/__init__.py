"""Messages that the worker and the control plane exchange: frames, the channel, jobs and errors.

May import nothing else of the worker.
"""
