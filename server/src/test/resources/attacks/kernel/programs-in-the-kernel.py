# Calls that made many holes: bpf, perf, userfaultfd, io_uring.
blank = address(bytes(256))
result = outcomes({
    'bpf map': lambda: syscall(321, 0, blank, 72),
    'bpf program': lambda: syscall(321, 5, blank, 72),
    'perf_event_open': lambda: syscall(298, blank, 0, -1, -1, 0),
    'userfaultfd': lambda: syscall(323, 0),
    'userfaultfd of users': lambda: syscall(323, 1),
    'io_uring_setup': lambda: syscall(425, 1, blank),
    'io_uring_enter': lambda: syscall(426, 0, 0, 0, 0, 0),
    'io_uring_register': lambda: syscall(427, 0, 0, 0, 0),
})
