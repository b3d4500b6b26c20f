#!/usr/bin/env bash
# The whole way against a running `cargo run`, with curl and JSON: from a mail address to a signed-in account.
#
#   tests/walkthrough.sh [origin]        (default: http://127.0.0.1:3000)
#
# Moves the stack's clock to the next business day. Prints each step; ends with the menu, or with what went wrong.
set -euo pipefail
cd "$(dirname "$0")/.."

origin=${1:-http://127.0.0.1:3000}
# New each time: an institution gets one account only.
run=$(date +%s)
email="walk-$run@example.jp"
institution="散歩道クリニック$run"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# get JAR PATH: a page, as JSON.
get() { curl -sS --fail-with-body -H 'accept: application/json' -b "$work/$1" -c "$work/$1" "$origin$2"; }
# act JAR PATH JSON: an act; `next` is the page that its 303 leads to.
act() {
    local to
    to=$(curl -sS --fail-with-body -o "$work/answer" -w '%{redirect_url}' -H 'accept: application/json' \
        -H 'content-type: application/json' -b "$work/$1" -c "$work/$1" -d "$3" "$origin$2") || {
        cat "$work/answer" >&2
        return 1
    }
    echo "  POST $2 -> ${to#"$origin"}"
    next=${to#"$origin"}
}
# value NAME: the first string of that name in the JSON on standard input.
value() { { grep -o "\"$1\":\"[^\"]*\"" || true; } | head -n 1 | cut -d '"' -f 4; }
# expect WHAT VALUE: the value, or the end of the walk.
expect() { [ -n "$2" ] && echo "$2" || { echo "no $1: see $origin/_local/mails?to=$email" >&2; return 1; }; }
settle() { curl -sS -o /dev/null -X POST "$origin/_local/settle"; }
mail() { settle; get local "/_local/mails?to=$email&kind=$1"; }
say() { printf '\n%s\n' "$*"; }

say "1. Mail address and robot check"
check=$(get applicant /user-Registration-Form/challenge | cargo xtask solve)
act applicant /user-Registration-Form "{\"email\":\"$email\",\"robot_check\":\"$check\"}"
act applicant /user-Registration-Form/code '{}'

say "2. The code from the mail"
code=$(mail code | value code)
act applicant /user-Registration-Form/verify "{\"code\":\"$code\"}"

say "3. Form, terms, submission"
act applicant /application/form '{
    "institution_name":"'"$institution"'","institution_kind":"clinic","institution_subkind":"clinic-without-beds",
    "phone":"０７４２－２２－１１０１","postal_code":"630-8213","prefecture":"奈良県","city":"奈良市",
    "street":"登大路町1-1","contact_family_name":"山本","contact_given_name":"歩",
    "department_phone":"0742-22-1102"}'
act applicant /application/terms '{"agree_terms":"yes","agree_privacy":"yes"}'
act applicant /application/submit '{}'
number=$(get applicant "$next" | value number)
echo "  application number $number"
curl -sS -b "$work/applicant" -o "$work/$number.csv" "$origin/application/download?format=csv"
echo "  downloaded $(wc -c < "$work/$number.csv") bytes of CSV"
subject=$(expect "receipt mail" "$(mail receipt | value subject)")
echo "  receipt mail: $subject"

say "4. The prefecture's officer approves"
password=$(get local /_local/staff | value password)
act officer /staff/sign-in "{\"staff_id\":\"nara-medical\",\"password\":\"$password\"}"
totp=$(get local /_local/staff | grep -o '"id":"nara-medical"[^}]*' | value code)
act officer /staff/second-factor "{\"code\":\"$totp\"}"
act officer "/review/$number/approve" '{}'
subject=$(expect "advance notice" "$(mail advance-notice | value subject)")
echo "  advance notice: $subject"

say "5. The next business day, 9:00"
curl -sS -o /dev/null -H 'content-type: application/json' -d '{"next-business-day":"09:00"}' "$origin/_local/clock"
link=$(mail login-notice | grep -o "$origin/set-password/[A-Za-z0-9_-]*" | head -n 1 || true)
link=$(expect "login notice" "$link")
echo "  login notice with ${link%/*}/…"

say "6. Password, menu"
act user "${link#"$origin"}" '{"password":"さんぽみちの朝は焼きたてのパンの匂い"}'
get user "$next" | value institution_name | sed 's/^/  signed in: /'

say "7. The state page"
act tracker /track "{\"number\":\"$number\",\"email\":\"$email\"}"
code=$(mail code | value code)
act tracker /track/code "{\"code\":\"$code\"}"
get tracker "$next" > "$work/state.json"
grep -q 'password-set' "$work/state.json"
echo "  every step is there, the last one: password-set"
say "Done."
