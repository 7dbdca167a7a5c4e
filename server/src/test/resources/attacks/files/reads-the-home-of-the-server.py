# Reads the state, the catalog, the settings and the keys of the server by the paths that they have outside.
result = outcomes(reading(*(f'{home}/{name}' for name in
    ('state.db', 'state.db-wal', 'nerium.yaml', 'server.json', 'seccomp.bpf', 'lake/catalog.db', 'canary.txt'))))
