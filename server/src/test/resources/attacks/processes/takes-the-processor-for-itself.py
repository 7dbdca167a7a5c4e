# Asks to run before all others.
parameter = address(struct.pack('i', 50))
result = outcomes({
    'nice': lambda: os.nice(-10),
    'real time': lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
    'round robin': lambda: syscall(144, 0, 2, parameter),
    'disk': lambda: syscall(251, 1, 0, (1 << 13) | 0),
    'out of memory': lambda: open('/proc/self/oom_score_adj', 'w', buffering=1).write('-1000\n'),
})
