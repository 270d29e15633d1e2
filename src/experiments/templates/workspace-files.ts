/** Logs/.gitignore of a new workspace. */
export const logsIgnored = `# Runs are results, not sources: only this file is kept.
*
!.gitignore
`;

/** README.md of a new workspace. */
export const workspaceReadme = (name: string) => `# ${name}

A workspace of \`collab\`: experiments, and the results of their runs.

- \`TestCases/\` has the experiments, one folder each: \`experiment.yaml\` and your code
- \`Logs/\` has the runs: \`Logs/<experiment>/<run id>/\`; git ignores them
- \`.collab/\` has saved LANs, host keys, and the ssh key of this workspace; git ignores it

Run \`collab\` anywhere in this folder:

    collab run hello --local         # on this machine, as plain processes
    collab show                      # results and verdict
    collab report --format html      # the same as a page

    collab new my-experiment         # an experiment of your own, from a template
    collab validate my-experiment    # every fault, with its line

    collab setup                     # find your devices, and save them as a LAN
    collab run hello                 # on the devices of the LAN

\`collab docs\` lists the documentation, and \`collab <command> --help\` has examples of each command.
`;
