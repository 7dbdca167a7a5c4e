"""The nodes of a plan, each as a subquery over its inputs.

May import every module of spark except translate and translator.
"""
