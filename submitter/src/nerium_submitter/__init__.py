"""Submits distributed runs to a cluster; the only program of Nerium that holds the cluster's credential."""
