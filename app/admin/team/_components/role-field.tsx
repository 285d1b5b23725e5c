import { FieldError } from '@/components/ui/field'
import { inputClasses } from '@/components/ui/input'
import { Label } from '@/components/ui/label'
import { roleWords } from '@/lib/administrators/rules'

export const roleNames = { viewer: 'Viewer', finance: 'Finance', admin: 'Administrator' } as const
export type Role = keyof typeof roleNames

const roles = ['viewer', 'finance', 'admin'] as const

/** What somebody may. */
export function RoleField({ chosen, error }: { chosen: string; error?: string | undefined }) {
  return (
    <div className="space-y-1.5">
      <Label htmlFor="role">Role</Label>
      <select
        id="role"
        name="role"
        defaultValue={chosen}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? 'role-error role-hint' : 'role-hint'}
        className={inputClasses}
      >
        {roles.map((role) => (
          <option key={role} value={role}>
            {roleNames[role]}
          </option>
        ))}
      </select>
      <FieldError id="role-error">{error}</FieldError>
      <ul id="role-hint" className="space-y-0.5 text-sm text-muted">
        {roles.map((role) => (
          <li key={role}>
            <span className="text-ink">{roleNames[role]}</span> may {roleWords[role]}.
          </li>
        ))}
      </ul>
    </div>
  )
}
