# CVE-2024-1086 and its like: kernel code that only rare kinds of sockets reach; a vsock leads to the hypervisor.
def opened(family, kind, protocol):
    return lambda: socket.socket(family, kind, protocol)
kinds = {'netfilter': (16, 3, 12), 'audit': (16, 3, 9), 'uevents': (16, 3, 15), 'xfrm': (16, 3, 6), 'packet': (17, 3, 0),
         'algorithm': (38, 5, 0), 'vsock': (40, 1, 0), 'bluetooth': (31, 3, 1), 'tipc': (30, 1, 0), 'can': (29, 3, 1),
         'raw ip': (2, 3, 1), 'key': (15, 3, 2), 'xdp': (44, 3, 0), 'rds': (21, 5, 0), 'sctp': (2, 1, 132), 'kcm': (41, 2, 0)}
result = outcomes({name: opened(*kind) for name, kind in kinds.items()},
    also=('EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT'))
