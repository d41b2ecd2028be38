/** Completion for bash (the Bash manual, 8.6 Programmable Completion). */

import type { Branch, Flag, Value } from './tree.js';

/** A script that is to be sourced. It needs no bash-completion package. */
export function bashScript(branches: readonly Branch[]): string {
  const valued = (flags: readonly Flag[]) => flags.filter(({ value }) => value);
  const commands = branches.map(({ path, commands: below, flags, values }) => [
    `    ${quote(path)})`,
    `commands=${quote(below.map(({ name }) => name).join(' '))}`,
    `flags=${quote(flags.flatMap(({ names }) => names).join(' '))}`,
    `valued=${quote(
      ` ${valued(flags)
        .flatMap(({ names }) => names)
        .join(' ')} `,
    )}`,
    `arguments=(${values.map(proposed).join(' ')})`,
    ';;',
  ]);
  const values = branches.flatMap(({ path, flags }) =>
    valued(flags).flatMap(({ names, value }) =>
      value && value.of !== 'text'
        ? [
            `    ${names.map((name) => quote(`${path} ${name}`)).join('|')}) echo ${proposed(value)} ;;`,
          ]
        : [],
    ),
  );
  return `# bash completion for broadsheet. Load it with: source <(broadsheet completion bash)

# What a command has: $1 is its path.
_broadsheet_command() {
  case "$1" in
${commands.map((lines) => lines.join('\n      ')).join('\n')}
    *) return 1 ;;
  esac
}

# What follows an option: $1 is the command's path and the option. "@file" stands for files.
_broadsheet_value() {
  case "$1" in
${values.join('\n')}
  esac
}

_broadsheet() {
  local IFS=$' \\t\\n' cur prev word path='' proposed='' commands flags valued found i n=0 skip=0
  local -a arguments words=()
  # Readline may take "--option=value" for three words.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == '=' && $i -lt $COMP_CWORD ]]; then continue; fi
    [[ $word == '=' ]] && word=''
    words+=("$word")
  done
  n=\${#words[@]}
  cur=\${words[n - 1]} prev=''
  ((n > 1)) && prev=\${words[n - 2]}
  COMPREPLY=()
  _broadsheet_command ''
  local place=0
  for ((i = 0; i < n - 1; i++)); do
    word=\${words[i]}
    if ((skip)); then skip=0; continue; fi
    if [[ $word == -* ]]; then
      [[ $valued == *" $word "* ]] && skip=1
    elif [[ " $commands " == *" $word "* ]]; then
      path="\${path:+$path }$word"
      _broadsheet_command "$path"
    else
      ((place++))
    fi
  done
  if ((skip)); then
    proposed=$(_broadsheet_value "$path $prev")
  elif [[ $cur == -*=* ]]; then
    # Where "=" parts no words.
    proposed=$(_broadsheet_value "$path \${cur%%=*}")
    if [[ -n $proposed && $proposed != @file ]]; then
      COMPREPLY=($(compgen -P "\${cur%%=*}=" -W "$proposed" -- "\${cur#*=}"))
    fi
    return
  elif [[ $cur == -* ]]; then
    proposed=$flags
  elif [[ -n $commands ]]; then
    proposed=$commands
  else
    proposed=\${arguments[place]:-}
  fi
  if [[ $proposed == @file ]]; then
    compopt -o filenames 2>/dev/null
    local file
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
  elif [[ -n $proposed ]]; then
    COMPREPLY=($(compgen -W "$proposed" -- "$cur"))
  fi
}

complete -F _broadsheet broadsheet broadsheet.js
`;
}

function proposed(value: Value): string {
  if (value.of === 'file') return quote('@file');
  return quote(value.of === 'choice' ? value.choices.join(' ') : '');
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
