# Leaves code where Python, Polars or the worker would load it in the next run.
import nerium_worker, polars
packages = os.path.dirname(os.path.dirname(polars.__file__))
worker = os.path.dirname(nerium_worker.__file__)
result = outcomes(writing(f'{packages}/sitecustomize.py', f'{packages}/evil.pth', polars.__file__, f'{worker}/modes/script.py',
    f'{worker}/__pycache__/nerium-was-here', os.path.dirname(os.__file__) + '/usercustomize.py', sys.executable))
