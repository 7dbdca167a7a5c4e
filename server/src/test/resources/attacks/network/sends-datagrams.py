# Sends UDP to anybody, to the local network and to a multicast group.
def send_to(host):
    def act():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            return s.sendto(b'secret', (host, 53))
    return act
result = outcomes({host: send_to(host) for host in ('8.8.8.8', '255.255.255.255', '224.0.0.1')},
    also=('ENETUNREACH', 'EHOSTUNREACH'))
