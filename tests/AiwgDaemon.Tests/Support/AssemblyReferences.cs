using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace AiwgDaemon.Tests.Support;

/// <summary>
/// Which types of an assembly use which other ones of it: by base types, fields, signatures, local variables and the instructions of
/// methods (ECMA-335, III). A nested type counts as the one that it is in. Constants leave no trace.
/// </summary>
internal sealed class AssemblyReferences
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value, code => code.OperandType);

    private readonly HashSet<(string From, string To)> _pairs = [];
    private readonly MetadataReader _metadata;
    private readonly PEReader _file;
    private readonly TypeNames _names = new();
    private string _from = "";

    private AssemblyReferences(PEReader file) => (_file, _metadata) = (file, file.GetMetadataReader());

    /// <summary>Pairs of full names, outermost types only.</summary>
    public static IReadOnlySet<(string From, string To)> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = new AssemblyReferences(file);
        foreach (var handle in reader._metadata.TypeDefinitions) reader.Type(handle);
        return reader._pairs;
    }

    private void Type(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        _from = TypeNames.Outermost(_metadata, handle);
        Entity(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Entity(_metadata.GetInterfaceImplementation(implemented).Interface);
        foreach (var field in type.GetFields()) Use(_metadata.GetFieldDefinition(field).DecodeSignature(_names, null));
        foreach (var method in type.GetMethods()) Method(_metadata.GetMethodDefinition(method));
    }

    private void Method(MethodDefinition method)
    {
        Signature(method.DecodeSignature(_names, null));
        if (method.RelativeVirtualAddress == 0) return;
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            foreach (var local in _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null)) Use(local);
        foreach (var region in body.ExceptionRegions) Entity(region.CatchType);
        Instructions(body.GetILReader());
    }

    private void Instructions(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            int operation = code.ReadByte();
            // Codes of two bytes.
            if (operation == 0xFE) operation = 0xFE00 | code.ReadByte();
            switch (Operands[operation])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    Entity(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var cases = code.ReadInt32();
                    code.Offset += 4 * cases;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineNone:
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }

    private void Entity(EntityHandle handle)
    {
        if (handle.IsNil) return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                Use([TypeNames.Outermost(_metadata, (TypeDefinitionHandle)handle)]);
                break;
            case HandleKind.TypeSpecification:
                Use(_metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names, null));
                break;
            case HandleKind.MethodDefinition:
                Entity(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Entity(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Entity(generic.Method);
                foreach (var argument in generic.DecodeSignature(_names, null)) Use(argument);
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Entity(member.Parent);
                if (member.GetKind() == MemberReferenceKind.Method) Signature(member.DecodeMethodSignature(_names, null));
                break;
        }
    }

    private void Signature(MethodSignature<ImmutableHashSet<string>> signature)
    {
        Use(signature.ReturnType);
        foreach (var parameter in signature.ParameterTypes) Use(parameter);
    }

    private void Use(ImmutableHashSet<string> types)
    {
        foreach (var type in types)
            if (type != _from) _pairs.Add((_from, type));
    }

    /// <summary>The names of the assembly's own types in a signature; those of other assemblies leave it empty.</summary>
    private sealed class TypeNames : ISignatureTypeProvider<ImmutableHashSet<string>, object?>
    {
        public static string Outermost(MetadataReader reader, TypeDefinitionHandle handle)
        {
            var type = reader.GetTypeDefinition(handle);
            while (!type.GetDeclaringType().IsNil) type = reader.GetTypeDefinition(type.GetDeclaringType());
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public ImmutableHashSet<string> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            [Outermost(reader, handle)];

        public ImmutableHashSet<string> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [];

        public ImmutableHashSet<string> GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public ImmutableHashSet<string> GetGenericInstantiation(
            ImmutableHashSet<string> genericType, ImmutableArray<ImmutableHashSet<string>> typeArguments) =>
            genericType.Union(typeArguments.SelectMany(argument => argument));

        public ImmutableHashSet<string> GetFunctionPointerType(MethodSignature<ImmutableHashSet<string>> signature) =>
            signature.ReturnType.Union(signature.ParameterTypes.SelectMany(parameter => parameter));

        public ImmutableHashSet<string> GetModifiedType(
            ImmutableHashSet<string> modifier, ImmutableHashSet<string> unmodifiedType, bool isRequired) => unmodifiedType;

        public ImmutableHashSet<string> GetArrayType(ImmutableHashSet<string> elementType, ArrayShape shape) => elementType;

        public ImmutableHashSet<string> GetByReferenceType(ImmutableHashSet<string> elementType) => elementType;

        public ImmutableHashSet<string> GetPinnedType(ImmutableHashSet<string> elementType) => elementType;

        public ImmutableHashSet<string> GetPointerType(ImmutableHashSet<string> elementType) => elementType;

        public ImmutableHashSet<string> GetSZArrayType(ImmutableHashSet<string> elementType) => elementType;

        public ImmutableHashSet<string> GetGenericMethodParameter(object? genericContext, int index) => [];

        public ImmutableHashSet<string> GetGenericTypeParameter(object? genericContext, int index) => [];

        public ImmutableHashSet<string> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];
    }
}
