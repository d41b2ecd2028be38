/** Completion for zsh (zshcompsys(1): `_arguments` and `_describe`). */

import type { Branch, Flag, Value } from './tree.js';

/** A script that is to be sourced after `compinit`, or lies in the fpath under the name `_broadsheet`. */
export function zshScript(branches: readonly Branch[]): string {
  return `#compdef broadsheet broadsheet.js
# zsh completion for broadsheet. Load it after compinit with: source <(broadsheet completion zsh)

${branches.map(functionOf).join('\n\n')}

# Sourced, it registers itself; from the fpath, compinit did that, and this runs it.
if [[ \${funcstack[1]} == _broadsheet ]]; then
  _broadsheet "$@"
else
  if (( ! \${+functions[compdef]} )); then
    autoload -Uz compinit
    compinit
  fi
  compdef _broadsheet broadsheet broadsheet.js
fi
`;
}

function functionOf({ path, flags, values, commands }: Branch): string {
  const name = nameOf(path);
  const specs = flags.flatMap(flagSpecs);
  if (commands.length === 0) {
    const places = values.map((value) => quote(`:${messageOf(value)}:${actionOf(value)}`));
    return `${name}() {
  _arguments -s -S \\
    ${[...specs, ...places].join(' \\\n    ')}
}`;
  }
  const listed = commands.map((one) => quote(`${one.name}:${one.summary.replaceAll(':', '\\:')}`));
  const below = commands.map(
    (one) => `${one.name}) ${nameOf(path ? `${path} ${one.name}` : one.name)} ;;`,
  );
  return `${name}() {
  local context state line
  typeset -A opt_args
  _arguments -C -S \\
    ${[...specs, quote(': :->command'), quote('*:: :->below')].join(' \\\n    ')} && return
  case $state in
    command)
      local -a commands=(
        ${listed.join('\n        ')}
      )
      _describe command commands ;;
    below)
      case $line[1] in
        ${below.join('\n        ')}
      esac ;;
  esac
}`;
}

/** Each name of an option on its own, as \`_arguments\` wants it; one excludes the other. */
function flagSpecs({ names, summary, value }: Flag): string[] {
  const others = names.length > 1 ? `(${names.join(' ')})` : '';
  return names.map((name) => {
    const text = `[${escaped(summary)}]`;
    if (!value) return quote(`${others}${name}${text}`);
    const equals = name.startsWith('--') ? '=' : '';
    return quote(`${others}${name}${equals}${text}:${messageOf(value)}:${actionOf(value)}`);
  });
}

function messageOf(value: Value): string {
  if (value.of === 'text') return escaped(value.name);
  return value.of === 'file' ? 'file' : 'value';
}

function actionOf(value: Value): string {
  if (value.of === 'choice') return `(${value.choices.join(' ')})`;
  // Nothing is proposed for a text, but what it is is shown.
  return value.of === 'file' ? '_files' : ' ';
}

const nameOf = (path: string) =>
  ['_broadsheet', ...path.split(' ').filter(Boolean)].join('_').replaceAll('-', '_');

const escaped = (text: string) => text.replace(/[[\]:\\]/g, '\\$&');
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
