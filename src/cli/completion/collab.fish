# Completion of collab for fish 3.

function __collab_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (command collab completion fish -- $words[2..-1] "$current" 2>/dev/null)
    set -l values (string match --invert --regex '^:' -- $answer)
    if test (count $values) -gt 0
        printf '%s\n' $values
    else if contains -- :files $answer
        __fish_complete_path "$current"
    end
end

complete --command collab --no-files --keep-order --arguments '(__collab_complete)'
