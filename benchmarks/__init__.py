"""Speed and memory, measured by ratios within one run; figures are in README.md beside this file."""
